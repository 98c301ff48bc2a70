; SPDX-License-Identifier: Apache-2.0
; The page of choices: for whom, shortcuts, the right-click menu of folders.

Var ForAll
Var OnDesktop
Var OnFolders

Function OptionsPage
  ${If} $OldVersion != ""
    Abort
  ${EndIf}
  !insertmacro MUI_HEADER_TEXT "$(OPTIONS_TITLE)" "$(OPTIONS_SUBTITLE)"
  nsDialogs::Create 1018
  Pop $R0
  ${NSD_CreateRadioButton} 0 0 100% 12u "$(FOR_ME)"
  Pop $R0
  ${NSD_CreateRadioButton} 0 15u 100% 12u "$(FOR_ALL)"
  Pop $ForAll
  ${If} $AllUsers = 1
    ${NSD_Check} $ForAll
    EnableWindow $R0 0
  ${Else}
    ${NSD_Check} $R0
  ${EndIf}
  ${NSD_CreateCheckbox} 0 42u 100% 12u "$(ON_DESKTOP)"
  Pop $OnDesktop
  ${If} $Shortcuts == "desktop,startmenu"
  ${OrIf} $Shortcuts == "desktop"
    ${NSD_Check} $OnDesktop
  ${EndIf}
  ${NSD_CreateCheckbox} 0 57u 100% 12u "$(ON_FOLDERS)"
  Pop $OnFolders
  ${If} $ContextMenu = 1
    ${NSD_Check} $OnFolders
  ${EndIf}
  nsDialogs::Show
FunctionEnd

Function OptionsLeave
  ${NSD_GetState} $OnDesktop $R0
  ${If} $R0 = ${BST_CHECKED}
    StrCpy $Shortcuts "desktop,startmenu"
  ${Else}
    StrCpy $Shortcuts "startmenu"
  ${EndIf}
  ${NSD_GetState} $OnFolders $ContextMenu
  ${NSD_GetState} $ForAll $R0
  ${If} $R0 = ${BST_CHECKED}
  ${AndIf} $AllUsers = 0
    UserInfo::GetAccountType
    Pop $R0
    ${If} $R0 != "Admin"
      Call StartElevated
      Quit
    ${EndIf}
    StrCpy $AllUsers 1
    Call UseScope
    StrCpy $INSTDIR ""
    Call FindInstalled
  ${EndIf}
FunctionEnd
