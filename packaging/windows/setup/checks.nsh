; SPDX-License-Identifier: Apache-2.0
; What is looked at before anything is changed: the PC, who installs for whom, what is installed, the folder and its disk.

Function CheckPc
  ${IfNot} ${RunningX64}
    ${Refuse} 1633 NOT_64_BIT
  ${EndIf}
  ${IfNot} ${AtLeastBuild} 17763
    ${Refuse} 1150 OLD_WINDOWS
  ${EndIf}
  ${If} ${IsNativeARM64}
  ${AndIfNot} ${AtLeastBuild} 22000 ; the first that runs programs made for x64
    ${Refuse} 1633 NOT_64_BIT
  ${EndIf}
  InitPluginsDir
  SetOutPath "$PLUGINSDIR"
  File "/oname=pc_check.exe" "${PC_CHECK}"
  nsExec::Exec '"$PLUGINSDIR\pc_check.exe"'
  Pop $R0
  ${If} $R0 = 1
    ${Refuse} 1633 OLD_PROCESSOR
  ${EndIf}
FunctionEnd

; $AllUsers becomes 0 or 1.
Function ChooseScope
  ReadRegStr $R0 HKLM "${KEY}" "Folder"
  Push $R0
  Call HoldsInkstone
  Pop $R1
  ${If} $R1 = 1
  ${AndIf} $AllUsers != 1
    ${If} ${Silent}
    ${OrIf} $AllUsers == 0
      ${Refuse} 1638 INSTALLED_FOR_ALL
    ${EndIf}
    ${Say} UPDATE_FOR_ALL
    Pop $R1
    MessageBox MB_OKCANCEL|MB_ICONQUESTION "$R1" IDOK +2
      Quit
    StrCpy $AllUsers 1
  ${EndIf}
  ${If} $AllUsers == 1
    UserInfo::GetAccountType
    Pop $R0
    ${If} $R0 != "Admin"
      ${If} ${Silent}
        ${Refuse} 740 NEEDS_ADMIN
      ${EndIf}
      Call StartElevated
      Quit
    ${EndIf}
  ${Else}
    StrCpy $AllUsers 0
  ${EndIf}
  Call UseScope
FunctionEnd

Function UseScope
  ${If} $AllUsers = 1
    SetShellVarContext all
  ${Else}
    SetShellVarContext current
  ${EndIf}
FunctionEnd

; This very set-up as administrator, with the same choices.
Function StartElevated
  ${GetParameters} $R0
  StrCpy $R1 ""
  ${If} $GivenFolder != ""
    StrCpy $R1 " /D=$GivenFolder"
  ${EndIf}
  ClearErrors
  ExecShell "runas" "$EXEPATH" "$R0 /ALLUSERS$R1"
  ${If} ${Errors}
    ${Refuse} 740 NEEDS_ADMIN
  ${EndIf}
FunctionEnd

; Without ".." in it.
Function NormalFolder
  ${If} $INSTDIR != ""
    StrCpy $R0 $INSTDIR
    System::Call 'kernel32::GetFullPathNameW(w R0, i ${NSIS_MAX_STRLEN}, w .R0, p 0)'
    StrCpy $INSTDIR $R0
  ${EndIf}
FunctionEnd

; What is there already, for this scope: $OldVersion, $OldEntries; $INSTDIR where no folder was given.
Function FindInstalled
  Call NormalFolder
  StrCpy $OldVersion ""
  ReadRegStr $R0 SHCTX "${KEY}" "Folder"
  Push $R0
  Call HoldsInkstone
  Pop $R1
  ${If} $R1 = 1
    ReadRegStr $OldVersion SHCTX "${KEY}" "Version"
    ReadRegStr $OldEntries SHCTX "${KEY}" "Entries"
    ${If} $INSTDIR != ""
    ${AndIf} $INSTDIR != $R0
      ${Refuse} 1638 ANOTHER_FOLDER
    ${EndIf}
    StrCpy $INSTDIR $R0
    ${VersionCompare} "${VERSION}" "$OldVersion" $R1
    ${If} $R1 = 2
      ${Refuse} 1638 NEWER_THERE
    ${EndIf}
    !macro Remembered name variable
      ${If} ${variable} == ""
        ReadRegStr ${variable} SHCTX "${KEY}" "${name}"
      ${EndIf}
    !macroend
    !insertmacro Remembered "Library" $Library
    !insertmacro Remembered "Models" $Models
    !insertmacro Remembered "Language" $Spoken
    !insertmacro Remembered "Shortcuts" $Shortcuts
    !insertmacro Remembered "ContextMenu" $ContextMenu
  ${EndIf}
  ${If} $INSTDIR == ""
    ${If} $AllUsers = 1
      StrCpy $INSTDIR "$PROGRAMFILES64\Inkstone"
    ${Else}
      StrCpy $INSTDIR "$LOCALAPPDATA\Programs\Inkstone"
    ${EndIf}
  ${EndIf}
  ${If} $Shortcuts == ""
    StrCpy $Shortcuts "desktop,startmenu"
  ${EndIf}
  ${If} $ContextMenu == ""
    StrCpy $ContextMenu 1
  ${EndIf}
FunctionEnd

!macro Fault code text
  StrCpy $Code ${code}
  StrCpy $Sentence "${text}"
  Return
!macroend
!define Fault `!insertmacro Fault`

; $Sentence says why the folder will not do, "" where it will. Nothing is left changed.
Function CheckFolder
  StrCpy $Sentence ""
  StrLen $R0 $INSTDIR
  IntOp $R0 $R0 + ${LONGEST}
  ${If} $R0 > 250
    ${Fault} 1603 "$(FOLDER_TOO_LONG)"
  ${EndIf}
  Push $INSTDIR
  Call IsWholePath
  Pop $R0
  ${If} $R0 = 0
    ${Fault} 1639 "$(FOLDER_NOT_WHOLE)"
  ${EndIf}
  Call NormalFolder
  ${If} $OldVersion == ""
    Call IsOthersFolder
    Pop $R0
    ${If} $R0 = 1
      ${Fault} 1603 "$(FOLDER_NOT_EMPTY)"
    ${EndIf}
  ${EndIf}
  Call CanWrite
  Pop $R0
  ${If} $R0 = 0
    ${Fault} 5 "$(CANNOT_WRITE)"
  ${EndIf}
  ${If} $There != ""
    StrCpy $R0 $There
    System::Call 'kernel32::GetDiskFreeSpaceExW(w R0, *l .R1, p 0, p 0) i .R2'
    ${If} $R2 <> 0
      System::Int64Op $R1 / 1048576
      Pop $R1
      ${If} $R1 < ${MEGABYTES}
        ${Fault} 112 "$(NO_SPACE)"
      ${EndIf}
    ${EndIf}
  ${EndIf}
FunctionEnd

; Back: 1 where the folder holds files that are not Inkstone's. Where any user may have put them, all are, unless a set-up was broken off
; that had protected the folder.
Function IsOthersFolder
  StrCpy $R2 0
  Call IsOpenPlace
  Pop $R3
  ${If} $R3 = 1
    ReadRegStr $R0 HKLM "${KEY}" "Protected"
    ${If} $R0 == $INSTDIR
      StrCpy $R3 0
    ${EndIf}
  ${EndIf}
  Push $INSTDIR
  Call HoldsInkstone
  Pop $R1
  ${If} $R1 = 0
  ${OrIf} $R3 = 1
    FindFirst $R0 $R1 "$INSTDIR\*.*"
    ${DoWhile} $R1 != ""
      ${If} $R1 != "."
      ${AndIf} $R1 != ".."
        ${If} $R1 != "~new" ; of a set-up that was broken off
        ${OrIf} $R3 = 1
          StrCpy $R2 1
          ${ExitDo}
        ${EndIf}
      ${EndIf}
      FindNext $R0 $R1
    ${Loop}
    FindClose $R0
  ${EndIf}
  Push $R2
FunctionEnd

; Back: 1 where a folder can be made in it. What was made to find out is removed again.
Function CanWrite
  StrCpy $There $INSTDIR
  ${Do}
    StrCpy $R0 $There
    System::Call 'kernel32::GetFileAttributesW(w R0) i .R1'
    ${If} $R1 <> -1
      ${ExitDo}
    ${EndIf}
    ${GetParent} $There $There
  ${LoopUntil} $There == ""
  ClearErrors
  CreateDirectory "$INSTDIR\~try"
  StrCpy $R0 1
  ${If} ${Errors}
  ${OrIfNot} ${FileExists} "$INSTDIR\~try\*.*"
    StrCpy $R0 0
  ${EndIf}
  RMDir "$INSTDIR\~try"
  Call RemoveMade
  Push $R0
FunctionEnd

; The folder and those above it go again where this run made them and nothing is in them.
Function RemoveMade
  ${If} $There == ""
    Return
  ${EndIf}
  StrCpy $R8 $INSTDIR
  ${DoUntil} $R8 == $There
    RMDir $R8
    ${GetParent} $R8 $R8
  ${Loop}
FunctionEnd

Function FolderLeave
  Call CheckFolder
  ${If} $Sentence != ""
    MessageBox MB_OK|MB_ICONSTOP "$Sentence"
    Abort
  ${EndIf}
FunctionEnd

Function WaitUntilClosed
  Call Closed
  Pop $R0
  ${If} $R0 = 0
    ${Fail} 1618 "$(IS_RUNNING)"
  ${EndIf}
FunctionEnd
