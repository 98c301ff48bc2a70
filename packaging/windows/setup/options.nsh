; SPDX-License-Identifier: Apache-2.0
; The page of choices: for whom, shortcuts, the right-click menu of folders, where the library begins.

Var ForAll
Var OnDesktop
Var OnFolders
Var LibraryField

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
  ${NSD_CreateLabel} 0 82u 100% 20u "$(LIBRARY_LABEL)"
  Pop $R0
  ${NSD_CreateDirRequest} 0 103u 78% 13u $Library
  Pop $LibraryField
  ${NSD_CreateBrowseButton} 80% 103u 20% 13u "$(LIBRARY_BROWSE)"
  Pop $R0
  ${NSD_OnClick} $R0 BrowseLibrary
  nsDialogs::Show
FunctionEnd

Function BrowseLibrary
  Pop $R0
  nsDialogs::SelectFolderDialog "" ""
  Pop $R0
  ${If} $R0 != "error"
    StrCpy $R1 $R0 1 -1
    ${If} $R1 == "\" ; the top of a disk
      StrCpy $R0 $R0 -1
    ${EndIf}
    ${NSD_SetText} $LibraryField "$R0\Inkstone"
  ${EndIf}
FunctionEnd

Function OptionsLeave
  ${NSD_GetText} $LibraryField $Library
  ${If} $Library != ""
    Push $Library
    Call IsWholePath
    Pop $R0
    ${If} $R0 = 0
      ${Say} LIBRARY_NOT_WHOLE
      Pop $R0
      MessageBox MB_OK|MB_ICONSTOP "$R0"
      Abort
    ${EndIf}
  ${EndIf}
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
  ${If} $AllUsers = 1
  ${AndIf} $Library != ""
    ${WordReplace} $Library "{user}" "" "+" $R0
    ${If} $R0 == $Library ; a library is used by one account
      StrCpy $Library "$Library\{user}"
    ${EndIf}
  ${EndIf}
FunctionEnd
